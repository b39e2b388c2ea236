import type { CloudEvent } from '../../application/publishing/message.ts';

/** Names the topic of each kind of aggregate; `{aggregate}` stands for the kind. */
export type TopicTemplate = string;

/**
 * An event by the Kafka binding of CloudEvents 1.0 in binary mode: its attributes are headers, its data is the value. The key keeps the
 * events of an aggregate in one partition, and so in order.
 */
export const recordOf = (template: TopicTemplate, { data, datacontenttype, ...attributes }: CloudEvent) => ({
  topic: template.replace('{aggregate}', attributes.aggregate),
  key: attributes.aggregateid,
  value: JSON.stringify(data),
  headers: {
    'content-type': datacontenttype,
    ...Object.fromEntries(Object.entries(attributes).map(([name, value]) => [`ce_${name}`, String(value)])),
  },
});
