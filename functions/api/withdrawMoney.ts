import { serveMovement } from '../http/moveMoney.ts';

serveMovement('WithdrawMoney', {
  id: 'withdrawMoney',
  route: 'accounts/{id}/withdrawals',
  summary: 'Withdraw money',
  problem: 'InsufficientFunds',
});
