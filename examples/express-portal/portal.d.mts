export declare function startPortal(options?: { port?: number }): Promise<{ url: string; close(): Promise<void> }>;
