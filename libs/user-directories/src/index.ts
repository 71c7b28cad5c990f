export * from './ports/directory-calls.port.js';
export * from './ports/user-directory-book.port.js';
export { HttpDirectory } from './http-directory.js';
export { LdapDirectory } from './ldap-directory.js';
export { ProviderDirectories, type UserDirectoryReport } from './provider-directories.js';
export { RememberedPasswords } from './remembered-passwords.js';
