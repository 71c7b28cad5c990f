import { ok } from '@sap2/kernel';
console.log(ok(1));
