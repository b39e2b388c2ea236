import { serveAuditTrail } from '../http/auditTrail.ts';

serveAuditTrail('customer', 'customerEvents', 'customers/{id}/events');
