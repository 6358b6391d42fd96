import 'server-only';
import { consumerKinds } from '../../consumers/index.ts';
import type { AnswerStep, Connection } from '../../model/connection.ts';

/** The answer of a step in one line, for the rail. */
export function stepDetail({ answers }: Pick<Connection, 'answers'>, step: AnswerStep): string {
  const words: { [K in AnswerStep]: () => string | undefined } = {
    cluster: () => answers.cluster?.value.name,
    consumers: () =>
      answers.consumers?.value.consumers
        .map((consumer) => consumerKinds.find(({ id }) => id === consumer.kind)?.summary(consumer) ?? consumer.kind)
        .join('; '),
    identity: () =>
      answers.identity && `${answers.identity.value.name}${answers.identity.value.mode === 'new' ? ', new' : ''}`,
    federation: () => {
      const count = answers.federation?.value.credentials.length;
      return count === undefined ? undefined : count === 1 ? '1 credential' : `${count} credentials`;
    },
    devops: () => {
      const devops = answers.devops?.value;
      if (!devops) return undefined;
      const count = devops.repositories.length;
      return `${devops.project.name}, ${count === 1 ? '1 repository' : `${count} repositories`}`;
    },
  };
  return words[step]() ?? 'Not started';
}
