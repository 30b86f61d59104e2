import { ApiError } from '../api/api-error.js';

/**
 * A part of an element that is loaded when it is needed.
 * @throws ApiError `offline` where it could not be loaded, so that a read shows the failure and can be tried again
 */
export async function chunk<T>(loading: Promise<T>): Promise<T> {
  try {
    return await loading;
  } catch (cause) {
    const error = new ApiError('offline');
    error.cause = cause;
    throw error;
  }
}
