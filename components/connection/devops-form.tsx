import Link from 'next/link';
import type { ReactNode } from 'react';
import { ProblemNotice } from '../problem-notice.tsx';
import type { DevopsFormProps } from '../props.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { Select } from '../ui/field.tsx';
import { Note } from '../ui/note.tsx';
import { ChoiceError } from './choice-error.tsx';

function href(base: string, query: Readonly<Record<string, string>>): string {
  return `${base}?${new URLSearchParams(query)}`;
}

function LinkChoice({
  to,
  chosen,
  name,
  children,
}: {
  readonly to: string;
  readonly chosen: boolean;
  readonly name: string;
  readonly children?: ReactNode;
}) {
  return (
    <li>
      <Link className="choice" href={to} prefetch={false} scroll={false} aria-current={chosen ? 'true' : undefined}>
        <span className="radio-dot" aria-hidden />
        <span className="choice-body">
          <span className="choice-name">{name}</span>
          {children}
        </span>
      </Link>
    </li>
  );
}

function Organizations({ organizations, organization, baseHref, identityTenant }: DevopsFormProps) {
  const open = organizations.filter(({ refused }) => !refused);
  const refused = organizations.filter((one) => one.refused);
  return (
    <section className="sub-step" aria-labelledby="organisations">
      <h2 id="organisations">Organisation</h2>
      <ChoiceError name="organization" />
      {organizations.length === 0 ? (
        <EmptyState>
          The organisations that you are a member of would be listed here. You are a member of none.
        </EmptyState>
      ) : (
        <ul className="choices">
          {open.map(({ name, tenantId }) => (
            <LinkChoice
              key={name}
              to={href(baseHref, { organization: name })}
              chosen={name === organization}
              name={name}
            >
              <span className="faint">
                {tenantId === identityTenant ? 'In the tenant of the identity' : 'Tenant'}{' '}
                <span className="id">{tenantId}</span>
              </span>
            </LinkChoice>
          ))}
          {refused.map(({ name, tenantId, refused: problem }) => (
            <li key={name} className="choice" aria-disabled="true">
              <span className="radio-dot opacity-50" aria-hidden />
              <span className="choice-body">
                <span className="choice-name soft">{name}</span>
                <span className="faint">
                  Tenant <span className="id">{tenantId ?? 'none'}</span>
                </span>
                <span className="soft">
                  {problem?.title}. {problem?.remedy}
                </span>
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Projects({ projects, projectId, organization, baseHref }: DevopsFormProps) {
  if (!organization || !projects) return null;
  return (
    <section className="sub-step" aria-labelledby="projects">
      <h2 id="projects">Project in {organization}</h2>
      <ChoiceError name="projectId" />
      {projects.length === 0 ? (
        <EmptyState>The projects of {organization} would be listed here. None is visible to you.</EmptyState>
      ) : (
        <ul className="choices">
          {projects.map(({ id, name }) => (
            <LinkChoice
              key={id}
              to={href(baseHref, { organization, project: id })}
              chosen={id === projectId}
              name={name}
            />
          ))}
        </ul>
      )}
    </section>
  );
}

function Repositories({ repositories, organization, projectId, licence }: DevopsFormProps) {
  if (!organization || !projectId || !repositories) return null;
  return (
    <section className="sub-step" aria-labelledby="repositories">
      <h2 id="repositories">Repositories</h2>
      <input type="hidden" name="organization" value={organization} />
      <input type="hidden" name="projectId" value={projectId} />
      <ChoiceError name="repository" />
      {repositories.length === 0 ? (
        <EmptyState>The repositories of this project would be listed here. None is visible to you.</EmptyState>
      ) : (
        <fieldset className="choices min-w-0">
          <legend className="unseen">Repositories</legend>
          {repositories.map((repository) => {
            const inputId = `repository-${repository.id}`;
            return (
              <div key={repository.id} className="repository-choice">
                <input
                  id={inputId}
                  type="checkbox"
                  name="repository"
                  value={repository.id}
                  defaultChecked={repository.selected !== undefined}
                  disabled={repository.disabled}
                />
                <label htmlFor={inputId}>
                  <b>{repository.name}</b>
                  <br />
                  <span className="faint">
                    {repository.disabled
                      ? 'Disabled in Azure DevOps'
                      : repository.usedBy && repository.usedBy.length > 0
                        ? `Used by ${repository.usedBy.join(', ')}`
                        : repository.url}
                  </span>
                </label>
                <Select
                  hideLabel
                  label={`Access to ${repository.name}`}
                  name={`access.${repository.id}`}
                  defaultValue={repository.selected ?? 'read'}
                  disabled={repository.disabled}
                  options={[
                    { value: 'read', label: 'Read' },
                    { value: 'contribute', label: 'Read and write' },
                  ]}
                />
              </div>
            );
          })}
        </fieldset>
      )}
      <div className="mt-4">
        <Note>
          The identity joins the project’s Readers, or its Contributors where something is written. Licence:{' '}
          <b>{licence}</b>, billed by Azure DevOps once for each identity in each organisation.
        </Note>
      </div>
    </section>
  );
}

/** Organisation, project and repositories on one page; the first two are links, so that each list comes from the server. */
export function DevopsForm(props: DevopsFormProps) {
  const { problem, signInHrefs } = props;
  return (
    <div>
      <Organizations {...props} />
      {problem && (
        <div className="mt-4">
          <ProblemNotice problem={problem} signInHref={problem.signIn && signInHrefs?.[problem.signIn.audience]} />
        </div>
      )}
      <Projects {...props} />
      <Repositories {...props} />
    </div>
  );
}
