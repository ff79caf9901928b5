export declare const clientFile: string;
export declare function ensureClient(): void;
