export default {
  globs: ['components/*/*.ts'],
  exclude: ['components/**/*.test.ts', 'components/**/define.ts', 'components/testing/**', 'components/pages/**'],
  outdir: '.',
  litelement: true,
};
