import { serveMovement } from '../http/moveMoney.ts';

serveMovement('DepositMoney', {
  id: 'depositMoney',
  route: 'accounts/{id}/deposits',
  summary: 'Deposit money',
  problem: 'BalanceLimitExceeded',
});
