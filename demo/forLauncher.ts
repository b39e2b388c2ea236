import { fillServices } from './fillServices.ts';

await fillServices();
