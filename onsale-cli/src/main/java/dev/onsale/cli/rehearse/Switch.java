package dev.onsale.cli.rehearse;

import com.fasterxml.jackson.databind.JsonNode;
import dev.onsale.cli.flags.AdminPort;
import dev.onsale.release.flags.FlagDefinition;

/** A kill switch, thrown as {@code onsale flags} does. */
final class Switch implements AutoCloseable {

    private static final String WHO = "rehearsal";

    private final AdminPort admin;
    private final String flag;

    Switch(String adminUrl, String flag) {
        this.admin = new AdminPort(adminUrl, "");
        this.flag = flag;
    }

    String flag() {
        return flag;
    }

    void kill() {
        set(flag, FlagDefinition.ofSwitch(false));
    }

    void restore() {
        set(flag, FlagDefinition.ofSwitch(true));
    }

    void set(String otherFlag, JsonNode definition) {
        admin.change(otherFlag, definition, WHO, "rehearsal of the switch " + flag);
    }

    @Override
    public void close() {
        admin.close();
    }
}
