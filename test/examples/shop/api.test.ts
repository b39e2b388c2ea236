import { describe, expect, it } from 'vitest';
import { aboutShop, orderEndpoints } from '../../../examples/shop/api.ts';
import { bankAt } from '../../../examples/shop/bank.ts';
import { shopOn } from '../../../examples/shop/registry.ts';
import { contextApi } from '../../../functions/api/contextApi.ts';
import { openApiDocument } from '../../../functions/http/openApiDocument.ts';

type Operation = { readonly responses: Readonly<Record<string, { readonly description: string }>> };

const endpoints = contextApi(shopOn(bankAt('http://localhost', undefined)), aboutShop, orderEndpoints(60));
const { paths, components } = openApiDocument(endpoints, 'key', aboutShop) as {
  paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  components: { schemas: Readonly<Record<string, { properties: object }>> };
};

describe('the API of the shop', () => {
  it('shows the gaps of its views to its operators, and nothing of transfers', () => {
    expect(paths).toHaveProperty(['/api/ops/gaps', 'get']);
    expect(components.schemas.Gap?.properties).toHaveProperty('differs');
    expect(components.schemas.Gap?.properties).not.toHaveProperty('transferId');
  });
});
