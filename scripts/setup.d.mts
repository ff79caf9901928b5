export declare const projectFolder: string;
export declare function ensureInstalled(folder?: string): void;
export declare function typescriptArguments(): string[];
