package dev.onsale.cli.doctor;

/**
 * One thing that was looked at.
 *
 * @param level how it is
 * @param what what was seen
 * @param advice what to do; empty when it is well
 */
public record Finding(Level level, String what, String advice) {

    /** How something is. */
    public enum Level {
        OK,
        /** It works, but not as it should in production. */
        WARN,
        /** A promise may be broken, or nothing works. */
        FAIL
    }

    static Finding ok(String what) {
        return new Finding(Level.OK, what, "");
    }

    static Finding warn(String what, String advice) {
        return new Finding(Level.WARN, what, advice);
    }

    static Finding fail(String what, String advice) {
        return new Finding(Level.FAIL, what, advice);
    }

    /** For people: {@code FAIL what — what to do}. */
    public String line() {
        String label = switch (level) {
            case OK -> "ok  ";
            case WARN -> "warn";
            case FAIL -> "FAIL";
        };
        return label + "  " + what + (advice.isEmpty() ? "" : " — " + advice);
    }
}
