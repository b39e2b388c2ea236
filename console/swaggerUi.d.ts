declare module 'swagger-ui-dist/swagger-ui-es-bundle.js' {
  const SwaggerUIBundle: (options: Readonly<Record<string, unknown>>) => void;
  export default SwaggerUIBundle;
}

declare module '*.css';
