export declare function startCms(options?: {
  port?: number;
  kitPort?: number;
}): Promise<{ url: string; kit: string; close(): Promise<void> }>;
