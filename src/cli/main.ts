#!/usr/bin/env node

/** Calls of node:module that Node.js 20 does not have. */
interface CompileCache {
  enableCompileCache?: () => unknown;
}

// Before anything else is loaded: from Node.js 22 on, code compiled by one run is there for the next.
(process.getBuiltinModule('node:module') as CompileCache).enableCompileCache?.();

import('./start.js');
