package dev.onsale.cli.rehearse;

/** Events of the rehearsals: standing places enough for everybody. */
final class Events {

    static final String FLOOR = "FLOOR";

    private Events() {}

    static String standing(String event, int holdSeconds) {
        return """
                event: %s
                name: A rehearsal
                currency: EUR
                holdSeconds: %d
                maxPerBuyer: 2
                sections:
                  - { section: FLOOR, capacity: 100000, price: 3000 }
                """.formatted(event, holdSeconds);
    }
}
