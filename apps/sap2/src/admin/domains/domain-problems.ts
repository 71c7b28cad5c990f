import type { UnknownServices } from '@sap2/administration';
import { Problem } from '../problem.filter.js';

export const unknownDomain = (): Problem => new Problem(404, 'No such domain is served here.');

export const unknownServices = ({ names }: UnknownServices): Problem => {
  const detail = `The service tree has no ${names.join(', ')}.`;
  return new Problem(400, detail, [{ pointer: '/services', detail }]);
};
