import base from './jest.config.js';

/** The pages in a real headless Chromium: `npm run test:browser`. */
const { testPathIgnorePatterns: _without, ...rest } = base;
export default { ...rest, testMatch: ['<rootDir>/test/browser/**/*.test.ts'], testTimeout: 120_000, maxWorkers: 1 };
