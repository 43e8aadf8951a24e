// What the server, or the way to it, says went wrong.
export interface FieldError {
  field: string;
  message: string;
}

export class ApiError extends Error {
  constructor(
    readonly status: number, // 0: no answer
    readonly code: string,
    message: string,
    readonly details: FieldError[] = [],
    readonly traceId = '',
    readonly retryAfterSeconds = 0,
    readonly quote?: unknown, // of a price that has changed
  ) {
    super(message);
    this.name = 'ApiError';
  }

  get isTransient(): boolean {
    return this.status === 0 || this.status === 408 || this.status === 429 || this.status >= 502;
  }

  static async of(response: Response): Promise<ApiError> {
    const retryAfter = Number(response.headers.get('Retry-After') ?? 0) || 0;
    try {
      const { error, quote } = (await response.json()) as {
        error: { code: string; message: string; details?: FieldError[]; traceId?: string };
        quote?: unknown;
      };
      return new ApiError(
        response.status, error.code, error.message, error.details ?? [], error.traceId ?? '', retryAfter, quote,
      );
    } catch {
      return new ApiError(response.status, 'SERVICE_ERROR', response.statusText, [], '', retryAfter);
    }
  }
}

export const isApiError = (thrown: unknown, ...codes: string[]): thrown is ApiError =>
  thrown instanceof ApiError && (codes.length === 0 || codes.includes(thrown.code));
