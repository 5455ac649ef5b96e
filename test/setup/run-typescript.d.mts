export declare function bundleTypeScript(entry: string): Promise<string>;
