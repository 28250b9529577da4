package dev.onsale.cli.demo;

/** Something was not as it must be; the message says what. */
final class StoryEndedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StoryEndedException(String message) {
        super(message);
    }
}
