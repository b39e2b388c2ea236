import { z } from 'zod';

export type JsonSchema = {
  $schema?: string;
  $defs?: Readonly<Record<string, unknown>>;
  id?: unknown;
  properties?: Readonly<Record<string, { readonly description?: string }>>;
  required?: readonly string[];
  $ref?: string;
};

const override: z.core.JSONSchemaGeneratorParams['override'] = ({ zodSchema, jsonSchema }) => {
  // Zod leaves both out where it transforms what is sent.
  if (zodSchema instanceof z.ZodDefault) jsonSchema.default = zodSchema.def.defaultValue;
  const { examples } = z.globalRegistry.get(zodSchema) ?? {};
  if (Array.isArray(examples)) jsonSchema.examples = examples;
  if (Number.isInteger(jsonSchema.const)) jsonSchema.type = 'integer';
};

export type Schemas = ReturnType<typeof collectSchemas>;

/** JSON Schemas for a document; those that have a name go into its components, and others refer to them. */
export const collectSchemas = () => {
  const components: Record<string, unknown> = {};

  /** 'input': what is sent; 'output': what is answered. */
  const schemaOf = (schema: z.ZodType, io: 'input' | 'output'): JsonSchema => {
    const text = JSON.stringify(z.toJSONSchema(schema, { io, unrepresentable: 'any', override }));
    const { $defs, ...own } = JSON.parse(text.replaceAll('#/$defs/', '#/components/schemas/')) as JsonSchema;
    delete own.$schema;
    Object.assign(components, $defs);
    if (typeof own.id !== 'string') return own;
    const { id, ...named } = own;
    components[id] = named;
    return { $ref: `#/components/schemas/${id}` };
  };

  return {
    components,

    contentOf: (schema: z.ZodType, io: 'input' | 'output', type = 'application/json', example?: unknown) => ({
      content: { [type]: { schema: schemaOf(schema, io), ...(example !== undefined && { example }) } },
    }),

    parametersIn(place: 'path' | 'query' | 'header', schema: z.ZodType | undefined) {
      const { properties = {}, required = [] } = schema ? schemaOf(schema, 'input') : {};
      return Object.entries(properties).map(([name, { description, ...own }]) => ({
        name,
        in: place,
        required: required.includes(name),
        ...(description !== undefined && { description }),
        schema: own,
      }));
    },
  };
};
