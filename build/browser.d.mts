import type { LaunchOptions } from 'playwright';

export declare function browserOptions(): Promise<LaunchOptions>;
