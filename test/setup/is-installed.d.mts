export declare function isInstalled(program: string): boolean;
