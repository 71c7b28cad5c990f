import { FirstTables1795402392533 } from './1795402392533-first-tables.js';
import { AdministeredAgreements1795742500000 } from './1795742500000-administered-agreements.js';
import { AdministratorsScopes1795743500000 } from './1795743500000-administrators-scopes.js';
import { AuditTrail1795744320000 } from './1795744320000-audit-trail.js';
import { DeliveryAtScale1795745510000 } from './1795745510000-delivery-at-scale.js';
import { UsersFound1795748400000 } from './1795748400000-users-found.js';
import { SecretsByDirection1795753335206 } from './1795753335206-secrets-by-direction.js';
import { SessionsAtSize1795754501000 } from './1795754501000-sessions-at-size.js';
import { AgreementsOfADomain1795754600000 } from './1795754600000-agreements-of-a-domain.js';
import { HistoryByTheOwner1795755000000 } from './1795755000000-history-by-the-owner.js';
import { HistoryRetention1795768000000 } from './1795768000000-history-retention.js';
import { EndingAgreements1795772029000 } from './1795772029000-ending-agreements.js';
import { Installation1795772320000 } from './1795772320000-installation.js';
import { UnprotectedAgreements1795842000000 } from './1795842000000-unprotected-agreements.js';
import { DisconnectsNotSupported1795842300000 } from './1795842300000-disconnects-not-supported.js';
import { AuditGuarded1795858956497 } from './1795858956497-audit-guarded.js';
import { BirthsInOneCall1795874000000 } from './1795874000000-births-in-one-call.js';
import { Events1795880000000 } from './1795880000000-events.js';
import { EventsOfSessions1795880100000 } from './1795880100000-events-of-sessions.js';
import { ElementsScope1795880200000 } from './1795880200000-elements-scope.js';
import { LastLogins1795881000000 } from './1795881000000-last-logins.js';
import { Subscriptions1795882000000 } from './1795882000000-subscriptions.js';
import { SigningKeys1795882500000 } from './1795882500000-signing-keys.js';
import { UserDirectories1795890000000 } from './1795890000000-user-directories.js';

/** Every migration, oldest first. Append only: what has run somewhere is never edited. */
export const MIGRATIONS = [
  FirstTables1795402392533,
  AdministeredAgreements1795742500000,
  AdministratorsScopes1795743500000,
  AuditTrail1795744320000,
  DeliveryAtScale1795745510000,
  UsersFound1795748400000,
  SecretsByDirection1795753335206,
  SessionsAtSize1795754501000,
  AgreementsOfADomain1795754600000,
  HistoryByTheOwner1795755000000,
  HistoryRetention1795768000000,
  EndingAgreements1795772029000,
  Installation1795772320000,
  UnprotectedAgreements1795842000000,
  DisconnectsNotSupported1795842300000,
  AuditGuarded1795858956497,
  BirthsInOneCall1795874000000,
  Events1795880000000,
  EventsOfSessions1795880100000,
  ElementsScope1795880200000,
  LastLogins1795881000000,
  Subscriptions1795882000000,
  SigningKeys1795882500000,
  UserDirectories1795890000000,
];
