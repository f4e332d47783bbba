import base from './jest.config.js';

/** The exam of the cluster port against a real kube-apiserver; all files share the one that is started first. */
export default {
  ...base,
  testMatch: ['<rootDir>/test/real-cluster/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
  globalSetup: '<rootDir>/test/real-cluster/global-setup.ts',
  globalTeardown: '<rootDir>/test/real-cluster/global-teardown.ts',
  maxWorkers: 1,
  testTimeout: 180_000,
};
