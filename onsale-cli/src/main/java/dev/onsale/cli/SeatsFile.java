package dev.onsale.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.onsale.audit.AuditListener;
import dev.onsale.audit.AuditListener.Owned;
import dev.onsale.cli.http.Web;
import dev.onsale.runtime.OperatorError;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Writes who has which seat, and which variant gave it: a line of JSON for each seat, and for each order in general admission. */
final class SeatsFile implements AutoCloseable {

    private final Path file;
    private final BufferedWriter lines;

    SeatsFile(Path file) {
        this.file = file;
        try {
            lines = Files.newBufferedWriter(file);
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    /** The same listener, which writes besides. */
    AuditListener and(AuditListener listener) {
        return new AuditListener() {
            @Override
            public void at(Progress progress) {
                listener.at(progress);
            }

            @Override
            public void owned(Owned owned) {
                write(owned);
                listener.owned(owned);
            }
        };
    }

    private void write(Owned owned) {
        List<String> seats = owned.seats().isEmpty() ? List.of("") : owned.seats();
        for (String seat : seats) {
            ObjectNode line = Web.mapper()
                    .createObjectNode()
                    .put("event", owned.section().eventId())
                    .put("section", owned.section().sectionId())
                    .put("seat", seat)
                    .put("tickets", owned.seats().isEmpty() ? owned.quantity() : 1)
                    .put("state", owned.state())
                    .put("variant", owned.variant())
                    .put("orderId", owned.orderId())
                    .put("buyer", owned.buyer())
                    .put("receipt", owned.held().toString());
            try {
                lines.write(line + "\n");
            } catch (IOException e) {
                throw unwritable(e);
            }
        }
    }

    @Override
    public void close() {
        try {
            lines.close();
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    private OperatorError unwritable(IOException e) {
        return new OperatorError(
                "The file " + file + " cannot be written (" + e.getMessage() + "); name another with --seats.", e);
    }
}
