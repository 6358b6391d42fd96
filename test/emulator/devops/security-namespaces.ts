import { namespaces } from './access-control.ts';

type Actions = readonly (readonly [bit: number, name: string, displayName: string])[];
function namespace(
  namespaceId: string,
  name: string,
  separatorValue: string,
  writePermission: number,
  readPermission: number,
  dataspaceCategory: string,
  isRemotable: boolean,
  actions: Actions,
) {
  return {
    namespaceId,
    name,
    displayName: name,
    separatorValue,
    elementLength: -1,
    writePermission,
    readPermission,
    dataspaceCategory,
    actions: actions.map(([bit, action, displayName]) => ({ bit, name: action, displayName, namespaceId })),
    structureValue: separatorValue === '\u0000' ? 0 : 1,
    extensionType: null,
    isRemotable,
    useTokenTranslator: name === 'Git Repositories' || name === 'Project',
    systemBitMask: 0,
  };
}

/** The namespaces whose rules are modelled; the real service lists about sixty. */
export const securityNamespaces = [
  namespace(namespaces.git, 'Git Repositories', '/', 8192, 2, 'Git', true, [
    [1, 'Administer', 'Administer'],
    [2, 'GenericRead', 'Read'],
    [4, 'GenericContribute', 'Contribute'],
    [8, 'ForcePush', 'Force push (rewrite history, delete branches and tags)'],
    [16, 'CreateBranch', 'Create branch'],
    [32, 'CreateTag', 'Create tag'],
    [64, 'ManageNote', 'Manage notes'],
    [128, 'PolicyExempt', 'Bypass policies when pushing'],
    [256, 'CreateRepository', 'Create repository'],
    [512, 'DeleteRepository', 'Delete or disable repository'],
    [1024, 'RenameRepository', 'Rename repository'],
    [2048, 'EditPolicies', 'Edit policies'],
    [4096, 'RemoveOthersLocks', "Remove others' locks"],
    [8192, 'ManagePermissions', 'Manage permissions'],
    [16384, 'PullRequestContribute', 'Contribute to pull requests'],
    [32768, 'PullRequestBypassPolicy', 'Bypass policies when completing pull requests'],
    [65536, 'ViewAdvSecAlerts', 'Advanced Security: view alerts'],
    [131072, 'DismissAdvSecAlerts', 'Advanced Security: manage and dismiss alerts'],
    [262144, 'ManageAdvSecScanning', 'Advanced Security: manage settings'],
  ]),
  namespace(namespaces.identity, 'Identity', '\\', 4, 1, 'Default', false, [
    [1, 'Read', 'View identity information'],
    [2, 'Write', 'Edit identity information'],
    [4, 'Delete', 'Delete identity information'],
    [8, 'ManageMembership', 'Manage group membership'],
    [16, 'CreateScope', 'Create identity scopes'],
    [32, 'RestoreScope', 'Restore identity scopes'],
  ]),
  namespace(namespaces.project, 'Project', ':', 2, 1, 'Default', true, [
    [1, 'GENERIC_READ', 'View project-level information'],
    [2, 'GENERIC_WRITE', 'Edit project-level information'],
    [4, 'DELETE', 'Delete team project'],
    [65536, 'RENAME', 'Rename team project'],
    [4194304, 'UPDATE_VISIBILITY', 'Update project visibility'],
  ]),
  namespace(namespaces.collection, 'Collection', ':', 2, 1, 'Default', true, [
    [1, 'GENERIC_READ', 'View collection-level information'],
    [2, 'GENERIC_WRITE', 'Edit collection-level information'],
    [4, 'CREATE_PROJECTS', 'Create new projects'],
    [16, 'TRIGGER_EVENT', 'Trigger events'],
    [32, 'MANAGE_TEMPLATE', 'Manage process template'],
  ]),
  namespace(namespaces.distributedTask, 'DistributedTask', '/', 8, 1, 'DistributedTask', true, [
    [1, 'View', 'View'],
    [2, 'Manage', 'Manage'],
    [4, 'Listen', 'Listen'],
    [8, 'AdministerPermissions', 'Administer Permissions'],
    [16, 'Use', 'Use'],
    [32, 'Create', 'Create'],
  ]),
  namespace(namespaces.serviceEndpoints, 'ServiceEndpoints', '/', 2, 0, 'DistributedTask', false, [
    [1, 'Use', 'Use Service Connection'],
    [2, 'Administer', 'Administer Service Connection'],
    [4, 'Create', 'Create Service Connection'],
    [8, 'ViewAuthorization', 'View Authorization'],
    [16, 'ViewEndpoint', 'View Service Connection'],
  ]),
  namespace(namespaces.accountAdmin, 'AccountAdminSecurity', '/', 15, 1, 'Default', false, [
    [1, 'Read', 'Read account resource'],
    [2, 'Create', 'Create account resource'],
    [4, 'Modify', 'Modify account resource'],
  ]),
  namespace(namespaces.auditLog, 'AuditLog', '\u0000', 2, 1, 'Default', false, [
    [1, 'Read', 'View audit log'],
    [2, 'Write', 'Write to the audit log'],
    [4, 'Manage_Streams', 'Manage audit streams'],
    [8, 'Delete_Streams', 'Delete audit streams'],
  ]),
];
export type SecurityNamespace = (typeof securityNamespaces)[number];
