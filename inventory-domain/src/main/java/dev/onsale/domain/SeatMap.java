package dev.onsale.domain;

import java.util.Arrays;
import java.util.BitSet;

/**
 * Which seats of a numbered section are taken: a bit for each seat, row by row. A seat is known by its index, {@code row *
 * seatsPerRow + number - 1}, or by its name, ROW-NUMBER; rows are A ... Z, AA, AB ...
 *
 * <p>A cache of the section's orders: nothing is in it that they would not rebuild.
 */
public final class SeatMap {

    private static final int NONE = -1;
    /** Enough for {@link SectionDefinition#MAX_CAPACITY} rows: with four letters names end after 475,254. */
    private static final int MAX_ROW_LETTERS = 5;

    private final int seatsPerRow;
    private long[] taken;
    private int[] freeInRow;
    /** Rows with a free seat, so that nobody looks through the full ones in front. */
    private final BitSet openRows = new BitSet();

    SeatMap(int rows, int seatsPerRow) {
        this.seatsPerRow = seatsPerRow;
        this.taken = new long[words(rows)];
        this.freeInRow = new int[rows];
        Arrays.fill(freeInRow, seatsPerRow);
        openRows.set(0, rows);
    }

    int rows() {
        return freeInRow.length;
    }

    int seatsPerRow() {
        return seatsPerRow;
    }

    int freeInRow(int row) {
        return freeInRow[row];
    }

    /** The first row from this one on with a free seat; the number of rows when there is none. */
    int nextOpenRow(int from) {
        int row = openRows.nextSetBit(from);
        return row < 0 ? rows() : row;
    }

    boolean isTaken(int index) {
        return (taken[index >> 6] & (1L << index)) != 0;
    }

    /** Index of the first free seat from one seat to another, exclusive; the latter when all are taken. */
    int nextFree(int from, int to) {
        return next(from, to, -1L);
    }

    /** Index of the first taken seat from one seat to another, exclusive; the latter when all are free. */
    int nextTaken(int from, int to) {
        return next(from, to, 0L);
    }

    private int next(int from, int to, long inverted) {
        int index = from;
        while (index < to) {
            long wanted = (taken[index >> 6] ^ inverted) >>> index;
            if (wanted != 0) {
                return Math.min(to, index + Long.numberOfTrailingZeros(wanted));
            }
            index = (index | 63) + 1;
        }
        return to;
    }

    boolean exists(String name) {
        return index(name) != NONE;
    }

    boolean isTaken(String name) {
        return isTaken(require(name));
    }

    /** @throws IllegalStateException when the seat is taken already: nothing may be sold twice */
    void take(String name) {
        int index = require(name);
        if (isTaken(index)) {
            throw new IllegalStateException("seat " + name + " is taken already");
        }
        taken[index >> 6] |= 1L << index;
        int row = index / seatsPerRow;
        freeInRow[row]--;
        openRows.set(row, freeInRow[row] > 0);
    }

    /** @throws IllegalStateException when the seat is free already */
    void free(String name) {
        int index = require(name);
        if (!isTaken(index)) {
            throw new IllegalStateException("seat " + name + " is free already");
        }
        taken[index >> 6] &= ~(1L << index);
        int row = index / seatsPerRow;
        freeInRow[row]++;
        openRows.set(row);
    }

    void growTo(int rows) {
        int before = rows();
        taken = Arrays.copyOf(taken, words(rows));
        freeInRow = Arrays.copyOf(freeInRow, rows);
        Arrays.fill(freeInRow, before, rows, seatsPerRow);
        openRows.set(before, rows);
    }

    String name(int index) {
        return rowName(index / seatsPerRow) + "-" + (index % seatsPerRow + 1);
    }

    /** Index of a seat by name, or -1 when there is none. */
    private int index(String name) {
        int dash = name.indexOf('-');
        int row = rowIndex(name, dash);
        int number = numberAfter(name, dash);
        return row < 0 || row >= rows() || number < 1 || number > seatsPerRow ? NONE : row * seatsPerRow + number - 1;
    }

    private int require(String name) {
        int index = index(name);
        if (index == NONE) {
            throw new IllegalStateException("there is no seat " + name);
        }
        return index;
    }

    private static String rowName(int row) {
        String name = String.valueOf((char) ('A' + row % 26));
        return row < 26 ? name : rowName(row / 26 - 1) + name;
    }

    private static int rowIndex(String name, int end) {
        if (end < 1 || end > MAX_ROW_LETTERS) {
            return NONE;
        }
        int row = 0;
        for (int i = 0; i < end; i++) {
            char letter = name.charAt(i);
            if (letter < 'A' || letter > 'Z') {
                return NONE;
            }
            row = row * 26 + (letter - 'A' + 1);
        }
        return row - 1;
    }

    private static int numberAfter(String name, int dash) {
        int digits = name.length() - dash - 1;
        if (digits < 1 || digits > 7 || name.charAt(dash + 1) == '0') {
            return NONE;
        }
        int number = 0;
        for (int i = dash + 1; i < name.length(); i++) {
            char digit = name.charAt(i);
            if (digit < '0' || digit > '9') {
                return NONE;
            }
            number = number * 10 + (digit - '0');
        }
        return number;
    }

    private int words(int rows) {
        return (rows * seatsPerRow + Long.SIZE - 1) / Long.SIZE;
    }
}
