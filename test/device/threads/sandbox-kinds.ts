/** The devices that a sandbox worker can serve. */
export type SandboxKind = 'sensor' | 'ports' | 'bridge' | 'does not start' | 'hangs' | 'throws' | 'answers nonsense';
