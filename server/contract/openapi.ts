/** The OpenAPI 3.1 document, made from the schemas by which the routes validate. */
import { z } from 'zod';
import type { Call } from './call.js';
import { calls } from './calls.js';
import { Problem } from './shapes.js';

type Json = Record<string, unknown>;

const json = (schema: z.ZodType, io: 'input' | 'output'): Json => {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any', reused: 'inline' }) as Json;
  return rest;
};

const openApiPath = (path: string): string => path.replace(/:(\w+)/g, '{$1}');

function parametersOf({ path, query, versioned, method, secret }: Call): Json[] {
  const parameters: Json[] = [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  if (query) {
    const { properties = {}, required = [] } = json(query, 'input') as { properties?: Json; required?: string[] };
    for (const [name, schema] of Object.entries(properties))
      parameters.push({ name, in: 'query', required: required.includes(name), schema });
  }
  if (versioned)
    parameters.push({ name: 'If-Match', in: 'header', required: true, schema: { type: 'string' }, description: 'the ETag that was read' });
  if (method !== 'get' && !secret)
    parameters.push({ name: 'Idempotency-Key', in: 'header', required: false, schema: { type: 'string', maxLength: 255 } });
  return parameters;
}

const FILE = {
  type: 'object',
  properties: { file: { type: 'string', format: 'binary' }, encoding: { type: 'string' } },
  required: ['file'],
};

function contentOf({ upload }: Call, body: z.ZodType): Json {
  const content = { 'application/json': { schema: json(body, 'input') } };
  return upload ? { ...content, 'multipart/form-data': { schema: FILE } } : content;
}

function operationOf(id: string, call: Call): Json {
  const responses = Object.entries(call.answers).map(([status, schema]) => [
    status,
    schema === null
      ? { description: call.summary }
      : { description: call.summary, content: { 'application/json': { schema: json(schema, 'output') } } },
  ]);
  return {
    operationId: id,
    summary: call.summary,
    security: call.access === 'anyone' ? [] : [{ session: [] }, { bearer: [] }],
    parameters: parametersOf(call),
    ...(call.body ? { requestBody: { required: true, content: contentOf(call, call.body) } } : {}),
    responses: {
      ...Object.fromEntries(responses),
      default: {
        description: 'a problem (RFC 9457)',
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    },
  };
}

export function openApiDocument(version: string): Json {
  const paths: Record<string, Json> = {};
  for (const [id, call] of Object.entries(calls)) {
    (paths[openApiPath(call.path)] ??= {})[call.method] = operationOf(id, call as Call);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Inservice Kit',
      version,
      description: 'Business accounts, teacher rosters and registration. Names are fixed; `…` may grow.',
    },
    paths,
    components: {
      schemas: { Problem: json(Problem, 'output') },
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: 'inservice_session' },
        bearer: { type: 'http', scheme: 'bearer' },
      },
    },
  };
}
