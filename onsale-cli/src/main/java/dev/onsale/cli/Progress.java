package dev.onsale.cli;

import dev.onsale.audit.AuditListener;
import java.util.function.Function;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;

/** Shows on stderr how far something is that reads topics, how fast, and how long it may still take. */
final class Progress {

    private Progress() {}

    static <T> T shown(String task, Function<AuditListener, T> work) {
        try (ProgressBar bar = new ProgressBarBuilder()
                .setTaskName(task)
                .setUnit(" records", 1)
                .showSpeed()
                .setInitialMax(-1)
                .setConsumer(new ConsoleProgressBarConsumer(System.err))
                .build()) {
            return work.apply(progress -> {
                bar.maxHint(progress.ofOffsets());
                bar.stepTo(progress.offsets());
                bar.setExtraMessage(progress.doing());
            });
        }
    }
}
