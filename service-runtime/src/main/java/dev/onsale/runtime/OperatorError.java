package dev.onsale.runtime;

import org.jspecify.annotations.Nullable;

/**
 * Something that whoever runs the program can mend. The message is one sentence that says what is wrong and what to do;
 * programs print it without a stack trace and exit with code {@value #EXIT_CODE}.
 */
public final class OperatorError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public static final int EXIT_CODE = 2;

    public OperatorError(String message) {
        super(message);
    }

    public OperatorError(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
