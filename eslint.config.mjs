import eslint from '@eslint/js';
import lit from 'eslint-plugin-lit';
import litA11y from 'eslint-plugin-lit-a11y';
import wc from 'eslint-plugin-wc';
import tseslint from 'typescript-eslint';

const spreadOfLiteral = {
  selector: 'ObjectExpression > SpreadElement > ObjectExpression[properties.length>0]',
  message: 'list the properties directly, one per line if they are many',
};

export default tseslint.config(
  { ignores: ['.dependency-cruiser.cjs', 'dist/', 'node_modules/', 'server/domain/stroke-ranks.ts', 'custom-elements.json'] },
  eslint.configs.recommended,
  ...tseslint.configs.recommended,
  {
    rules: {
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': 'error',
      'no-restricted-exports': ['error', { restrictDefaultExports: { direct: true } }],
      // Names of controls are told from what people see; the texts' rule needs control characters.
      'no-control-regex': 'off',
      'no-restricted-syntax': ['error', spreadOfLiteral],
    },
  },
  {
    // Rules that need types. Their results depend on other files too; build/guards.mjs keeps its cache accordingly.
    files: ['components/**/*.ts', 'server/**/*.ts'],
    languageOptions: { parserOptions: { project: 'tsconfig.lint.json', tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    },
  },
  {
    files: ['components/**/*.ts'],
    plugins: { lit, wc, 'lit-a11y': litA11y },
    rules: {
      ...lit.configs['flat/recommended'].rules,
      ...wc.configs['flat/recommended'].rules,
      ...litA11y.configs.recommended.rules,
      // The list's roles stand explicitly: older engines drop table semantics when CSS changes `display` (elements.md 0).
      'lit-a11y/no-redundant-role': 'off',
      // Host classes listen on themselves through controllers.
      'lit-a11y/click-events-have-key-events': 'error',
      'no-restricted-syntax': [
        'error',
        spreadOfLiteral,
        { selector: "ImportSpecifier[imported.name='styleMap']", message: 'styleMap breaks a strict Content-Security-Policy' },
        {
          selector: 'TaggedTemplateExpression[tag.name="html"] TemplateElement[value.raw=/\\sstyle=$/]',
          message: 'a style binding breaks a strict Content-Security-Policy',
        },
        {
          selector: 'ClassBody AwaitExpression > ImportExpression, ClassBody ArrayExpression > ImportExpression',
          message: 'a part that cannot be loaded is shown as a failure: `screen.part` for a click, `chunk` for a read',
        },
        {
          selector: "ClassDeclaration[superClass.name='LitElement'] MemberExpression[object.type='ThisExpression'][property.name='client']",
          message: 'an element reads with `screen.client` and writes through `Screen.act`, which asks the page first',
        },
      ],
    },
  },
  {
    files: ['server/**/*.ts'],
    ignores: ['**/*.test.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        spreadOfLiteral,
        {
          selector: "CallExpression[callee.property.name=/^(json|parseBody|formData)$/][callee.object.property.name='req']",
          message: 'bodies are read through the validator alone: it checks type and schema',
        },
      ],
    },
  },
  {
    files: ['**/*.ts', '**/*.mjs'],
    ignores: ['**/*.test.ts'],
    rules: { 'max-lines': ['error', 400] },
  },
  {
    files: ['*.config.*', 'build/**', 'examples/**'],
    rules: { 'no-restricted-exports': 'off' },
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        setTimeout: 'readonly',
        AbortSignal: 'readonly',
        fetch: 'readonly',
        document: 'readonly',
        location: 'readonly',
        performance: 'readonly',
        FormData: 'readonly',
        File: 'readonly',
      },
    },
  },
);
