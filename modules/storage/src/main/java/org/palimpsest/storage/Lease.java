package org.palimpsest.storage;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.palimpsest.base.DaemonThreads;
import org.palimpsest.base.PalimpsestException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The right to write checkpoints into a folder: for one run at a time, and for a while. Whoever
 * takes it gets a number that is higher than all before; the number stands in every manifest that
 * its owner publishes. A lease is renewed by a thread of its own, and free again when its owner
 * closes it, when the process that took it on this machine has ended, or when it was not renewed
 * for its term.
 *
 * <p>An owner that has stalled for longer than that loses it. Should it wake up in the middle of a
 * commit, its manifest bears a number that {@link Leases#fencesOff} recognises.
 */
public final class Lease implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Lease.class);
  private static final int RENEWALS_IN_A_TERM = 4;
  private static final long POLL_MS = 250;

  private final Leases leases;
  private final Duration term;
  private final ScheduledExecutorService renewing;
  private Leases.Entry own;

  private Lease(Leases leases, Duration term, Leases.Entry own) {
    this.leases = leases;
    this.term = term;
    this.own = own;
    renewing = Executors.newSingleThreadScheduledExecutor(DaemonThreads.named("palimpsest-lease"));
    long every = Math.max(1, term.toMillis() / RENEWALS_IN_A_TERM);
    Future<?> unused =
        renewing.scheduleWithFixedDelay(this::renew, every, every, TimeUnit.MILLISECONDS);
  }

  /**
   * Takes the lease of a folder. If it looks held, waits until its owner renews it, or fails to.
   *
   * @param term for how long it holds without being renewed
   * @throws PalimpsestException of kind CLUSTER if somebody else has it
   */
  public static Lease take(Path folder, Configuration hadoop, Duration term) {
    Leases leases = new Leases(folder, hadoop);
    Optional<Leases.Entry> last = leases.newest();
    last.ifPresent(entry -> awaitFree(leases, entry, term));
    long number = last.map(Leases.Entry::number).orElse(0L) + 1;
    Leases.Entry own = Leases.Entry.mine(number, UUID.randomUUID().toString(), term);
    if (!Retry.until(() -> leases.create(own))) {
      throw held(folder, "another run took it a moment ago");
    }
    leases.forgetOld();
    return new Lease(leases, term, own);
  }

  private static void awaitFree(Leases leases, Leases.Entry seen, Duration term) {
    Duration patience = seen.termMs() > 0 ? Duration.ofMillis(seen.termMs()) : term;
    long start = System.nanoTime();
    while (!seen.isFree()) {
      if (seen.isAliveHere()) {
        throw held(leases.path(), seen.owner());
      }
      if (System.nanoTime() - start >= patience.toNanos()) {
        return;
      }
      pause();
      Leases.Entry now = leases.newest().orElse(seen);
      if (now.number() != seen.number() || now.expiresMs() > seen.expiresMs()) {
        throw held(leases.path(), now.owner());
      }
      seen = now;
    }
  }

  private static PalimpsestException held(Path folder, String owner) {
    return PalimpsestException.cluster(
        "The checkpoints in "
            + folder
            + " belong to a run that is going on ("
            + owner
            + "): wait until it has ended, or choose another run.directory.");
  }

  /** The number that the owner's manifests bear. */
  public long number() {
    return own.number();
  }

  /**
   * Says from which checkpoint the owner goes on: what a former owner might publish after that is
   * none.
   *
   * @param step of the checkpoint; 0 for a fresh start
   */
  public synchronized void goOnFrom(long step) {
    own = own.from(step);
    Retry.until(() -> leases.replace(own));
  }

  /**
   * Makes sure, before something is published, that nobody has taken the lease.
   *
   * @throws PalimpsestException of kind CLUSTER if somebody has
   */
  public void check() {
    List<Long> numbers = Retry.until(leases::numbers);
    if (numbers.stream().anyMatch(number -> number > own.number())) {
      throw PalimpsestException.cluster(
          "This run stood still for more than "
              + term.toSeconds()
              + " s (checkpoint.lease), and another one has taken its place in "
              + leases.path()
              + ": nothing more is written here.");
    }
  }

  private synchronized void renew() {
    try {
      own = own.renewed(term);
      leases.replace(own);
    } catch (RuntimeException e) {
      LOG.warn("The lease of {} could not be renewed: {}", leases.path(), e.getMessage());
    }
  }

  /** Gives it back. */
  @Override
  public synchronized void close() {
    renewing.shutdownNow();
    try {
      own = own.released();
      leases.replace(own);
    } catch (RuntimeException e) {
      LOG.warn("The lease of {} could not be given back: {}", leases.path(), e.getMessage());
    }
  }

  private static void pause() {
    try {
      Thread.sleep(POLL_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw PalimpsestException.cluster("The wait for the lease of a run was interrupted.");
    }
  }
}
