package dev.onsale.cli.flags;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where flags are read and changed. Every method throws {@link dev.onsale.runtime.OperatorError} when it cannot. */
public interface FlagPlace extends AutoCloseable {

    /** All flags, as {@link dev.onsale.release.flags.FlagJson} shows them. */
    List<JsonNode> all();

    /**
     * Gives a flag another definition.
     *
     * @param definition null: the flag is removed
     * @return the flag then, with a {@code detail} when there is something to be said about how far it holds
     */
    JsonNode change(String flag, @Nullable JsonNode definition, String who, String why);

    @Override
    void close();
}
