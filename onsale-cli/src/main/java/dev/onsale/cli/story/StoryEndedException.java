package dev.onsale.cli.story;

/** Something was not as it must be; the message says what. */
public final class StoryEndedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public StoryEndedException(String message) {
        super(message);
    }
}
