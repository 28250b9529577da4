package dev.onsale.cli.story;

import java.io.PrintStream;
import java.util.Locale;

/** Tells what happens, and stops the story at the first thing that is not as it must be. */
public final class Story {

    private final PrintStream out;
    private final long startNanos = System.nanoTime();
    private int step;

    public Story(PrintStream out) {
        this.out = out;
    }

    /** The next thing that is done. */
    public void step(String text) {
        step++;
        out.printf(Locale.ROOT, "%n%d. %s%n", step, text);
    }

    /** Something that was seen. */
    public void tell(String text) {
        out.println("   " + text);
    }

    /** Something that must be so. @throws StoryEndedException when it is not */
    public void check(boolean holds, String what) {
        if (!holds) {
            throw new StoryEndedException(what);
        }
        out.println("   ✓ " + what);
    }

    /** Two things that must be the same. @throws StoryEndedException when they are not, showing both */
    public void checkEqual(Object expected, Object seen, String what) {
        if (!expected.equals(seen)) {
            throw new StoryEndedException(what + ": expected " + expected + ", seen " + seen);
        }
        out.println("   ✓ " + what);
    }

    public void end(String text) {
        out.printf(Locale.ROOT, "%n%s (%.1f s)%n", text, (System.nanoTime() - startNanos) / 1e9);
    }
}
