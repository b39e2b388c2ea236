import { ruleSchema } from '../rules/rule.ts';
import type { RuleConfig } from '../rules/ruleConfig.ts';
import { childOf, textOf, xml, type XmlElement } from './xml.ts';

type Scalar = string | number | boolean;

/** The fields of a correlation filter. XML and the configuration use the same names. */
const systemFields = [
  'CorrelationId',
  'MessageId',
  'To',
  'ReplyTo',
  'Label',
  'SessionId',
  'ReplyToSessionId',
  'ContentType',
] as const;

/** Reads a rule from its description. Throws a ZodError that names every mistake. */
export function readRule(name: string, description: XmlElement | undefined): RuleConfig {
  const action = childOf(description, 'Action');
  const expression = textOf(action, 'SqlExpression');
  const Action =
    expression === undefined ? undefined : { SqlExpression: expression, Parameters: readValues(action, 'Parameters') };
  return ruleSchema.parse({
    Name: name,
    Properties: { ...readFilter(childOf(description, 'Filter')), ...(Action && { Action }) },
  });
}

function readFilter(filter: XmlElement | undefined): object {
  switch (filter?.attributes.get('type')) {
    case 'TrueFilter':
    case undefined:
      return { FilterType: 'Sql', SqlFilter: { SqlExpression: '1=1' } };
    case 'FalseFilter':
      return { FilterType: 'Sql', SqlFilter: { SqlExpression: '1=0' } };
    case 'SqlFilter':
      return {
        FilterType: 'Sql',
        SqlFilter: { SqlExpression: textOf(filter, 'SqlExpression'), Parameters: readValues(filter, 'Parameters') },
      };
    default: {
      const fields = systemFields.map((field) => [field, textOf(filter, field)] as const);
      const system: Record<string, string | undefined> = Object.fromEntries(fields);
      const CorrelationFilter = { ...system, Properties: readValues(filter, 'Properties') };
      return { FilterType: 'Correlation', CorrelationFilter };
    }
  }
}

function readValues(parent: XmlElement | undefined, name: string): Record<string, Scalar> {
  const pairs = childOf(parent, name)?.children ?? [];
  return Object.fromEntries(pairs.map((pair) => [textOf(pair, 'Key') ?? '', readScalar(childOf(pair, 'Value'))]));
}

function readScalar(value: XmlElement | undefined): Scalar {
  const text = value?.text ?? '';
  const type = (value?.attributes.get('type') ?? 'string').replace(/^.*:/, '');
  if (type === 'boolean') return text === 'true';
  return ['int', 'long', 'double', 'decimal', 'float', 'short'].includes(type) ? Number(text) : text;
}

/** Writes the content of a rule's description. */
export function writeRule({ Name, Properties }: RuleConfig, createdAt: Date): string[] {
  const { Action } = Properties;
  const action = Action?.SqlExpression
    ? xml('Action', [...sql(Action.SqlExpression), writeValues('Parameters', Action.Parameters)], type('SqlRuleAction'))
    : xml('Action', '', type('EmptyRuleAction'));
  return [writeFilter(Properties), action, xml('CreatedAt', createdAt.toISOString()), xml('Name', Name)];
}

function writeFilter(properties: RuleConfig['Properties']): string {
  if (properties.FilterType === 'Sql') {
    const { SqlExpression, Parameters } = properties.SqlFilter;
    return xml('Filter', [...sql(SqlExpression), writeValues('Parameters', Parameters)], type('SqlFilter'));
  }
  const { Properties, ...system } = properties.CorrelationFilter;
  const fields = systemFields.flatMap((field) => {
    const value = system[field];
    return value === undefined ? [] : xml(field, value);
  });
  return xml('Filter', [...fields, writeValues('Properties', Properties)], type('CorrelationFilter'));
}

const type = (name: string) => ({ 'i:type': name });
const sql = (expression: string) => [xml('SqlExpression', expression), xml('CompatibilityLevel', '20')];

function writeValues(name: string, values: Record<string, Scalar>): string {
  const pairs = Object.entries(values).map(([key, value]) => {
    const kind = typeof value === 'number' ? 'double' : typeof value;
    const attributes = { 'i:type': `d6p1:${kind}`, 'xmlns:d6p1': 'http://www.w3.org/2001/XMLSchema' };
    return xml('KeyValueOfstringanyType', [xml('Key', key), xml('Value', String(value), attributes)]);
  });
  return pairs.length > 0 ? xml(name, pairs) : '';
}
