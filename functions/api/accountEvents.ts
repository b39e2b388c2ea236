import { serveAuditTrail } from '../http/auditTrail.ts';

serveAuditTrail('account', 'accountEvents', 'accounts/{id}/events');
