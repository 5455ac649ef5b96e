/** What tests import as `vitest` in a page: its runner and its matchers, without what needs Node.js. */
import {
  type ExpectStatic,
  GLOBAL_EXPECT,
  JestAsymmetricMatchers,
  JestChaiExpect,
  JestExtend,
  setState,
} from '@vitest/expect';
import * as chai from 'chai';

export { afterAll, afterEach, beforeAll, beforeEach, describe, it, test } from '@vitest/runner';

for (const plugin of [JestExtend, JestChaiExpect, JestAsymmetricMatchers]) chai.use(plugin);

export const expect = chai.expect as unknown as ExpectStatic;
Object.defineProperty(globalThis, GLOBAL_EXPECT, { value: expect, writable: true, configurable: true });
// A page stops at the first failure of a test, whatever the assertion.
Object.assign(expect, { soft: expect });
setState({ assertionCalls: 0, isExpectingAssertions: false }, expect);
