package dev.onsale.audit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/**
 * Which build of onsale this is, as it was stamped when it was made.
 *
 * @param version of the release
 * @param commit of the sources; empty: they were in no Git repository
 * @param changed whether sources were changed since that commit
 */
public record BuildVersion(String version, String commit, boolean changed) {

    /** The one that runs. */
    public static final BuildVersion THIS = stamped();

    private static BuildVersion stamped() {
        var stamp = new Properties();
        try (InputStream in = BuildVersion.class.getResourceAsStream("build.properties")) {
            if (in == null) {
                throw new IllegalStateException("build.properties is not in the audit's jar");
            }
            stamp.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new BuildVersion(
                stamp.getProperty("git.build.version", ""),
                stamp.getProperty("git.commit.id", ""),
                Boolean.parseBoolean(stamp.getProperty("git.dirty")));
    }

    /** For people. */
    @Override
    public String toString() {
        if (commit.isEmpty()) {
            return version + ", built outside of a Git repository";
        }
        return version + ", commit " + commit + (changed ? " with changes" : "");
    }
}
