package org.palimpsest.storage;

import java.io.Closeable;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.reflect.Constructor;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Abortable;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.security.AccessControlException;

/**
 * Which call of a {@link FaultyFileSystem} fails, and how. Counts the calls of this process, so a
 * test can let an operation run once without a fault, and then once for each of its calls:
 *
 * <pre>{@code
 * operation();
 * int calls = plan.calls().size();
 * for (int call = 1; call <= calls; call++) {
 *   plan.fail(call, Way.IO_EXCEPTION, Extent.ONCE);
 *   operation();
 *   plan.repair();
 * }
 * }</pre>
 */
public final class FaultPlan {
  static final String KEY = "fs.faulty.plan";

  private static final Map<String, FaultPlan> PLANS = new ConcurrentHashMap<>();

  /** How a call fails. */
  public enum Way {
    /** It does nothing and says that it failed. */
    IO_EXCEPTION,
    /** What Hadoop's local file system throws if a disk is full or broken: an error. */
    FS_ERROR,
    /** It does nothing, for lack of a permission. */
    ACCESS_DENIED,
    /** The same, as Hadoop's local file system says it. */
    DENIED_AS_NOT_FOUND,
    /** It does nothing, and a socket says that it waited for too long. */
    TIMEOUT,
    /** Half of the bytes are written, and all that follow are lost, in silence. */
    SHORT_WRITE,
    /** It does what it should and says that it failed. */
    LOST_REPLY,
    /** The process is out of memory for a moment. */
    OUT_OF_MEMORY,
    /** A class is missing. */
    NO_CLASS,
    /** It does not return before the plan is repaired or the thread is interrupted. */
    HANG;

    /** Whether it is the fault of the process rather than of the file system. */
    boolean isOfTheProcess() {
      return this == OUT_OF_MEMORY || this == NO_CLASS;
    }
  }

  /** How many calls fail. */
  public enum Extent {
    ONCE,
    FROM_THEN_ON
  }

  /** What the file system is like. */
  public enum Kind {
    /** A file that is overwritten is empty at first; a rename replaces a file at once. */
    DISK,
    /** A file has its old content until the new one is closed. */
    OBJECT_STORE
  }

  private record Fault(long call, Way way, Extent extent) {
    boolean hits(long number) {
      return extent == Extent.ONCE ? number == call : number >= call;
    }
  }

  /** A call that may fail. */
  interface Call<T> {
    T run() throws IOException;
  }

  private final Kind kind;
  private final ThreadLocal<Boolean> inside = ThreadLocal.withInitial(() -> false);
  private final List<String> log = new ArrayList<>();
  private Predicate<String> counted = call -> true;
  private Fault fault;

  private FaultPlan(Kind kind) {
    this.kind = kind;
  }

  /** Lets programs in this process that have this configuration use {@code faulty:/}. */
  public static FaultPlan install(Configuration hadoop, Kind kind) {
    FaultPlan plan = new FaultPlan(kind);
    String id = UUID.randomUUID().toString();
    PLANS.put(id, plan);
    hadoop.set("fs.faulty.impl", FaultyFileSystem.class.getName());
    hadoop.set("fs.faulty.impl.disable.cache", "true"); // The plan is another in every test.
    hadoop.set(KEY, id);
    return plan;
  }

  static FaultPlan of(Configuration hadoop) {
    return PLANS.get(hadoop.get(KEY));
  }

  Kind kind() {
    return kind;
  }

  /** Counts only calls such as {@code "create manifest.json"} for which this is true. */
  public synchronized void count(Predicate<String> calls) {
    counted = calls;
  }

  /** Lets a call fail, counted from now, from 1. */
  public synchronized void fail(long call, Way way, Extent extent) {
    repair();
    fault = new Fault(call, way, extent);
  }

  /** No call fails any more. */
  public synchronized void repair() {
    log.clear();
    fault = null;
    notifyAll();
  }

  /** The calls since the last call of {@link #fail} or {@link #repair}. */
  public synchronized List<String> calls() {
    return List.copyOf(log);
  }

  private synchronized boolean isHit(String what) {
    if (!counted.test(what)) {
      return false;
    }
    log.add(what);
    return fault != null && fault.hits(log.size());
  }

  /** Makes a call, or lets it fail. Calls that it makes in turn are a part of it. */
  <T> T call(String what, Call<T> call) throws IOException {
    if (inside.get() || !isHit(what)) {
      return quietly(call);
    }
    switch (way()) {
      case FS_ERROR -> throw fullDisk();
      case ACCESS_DENIED -> throw new AccessControlException("Permission denied: " + what);
      case DENIED_AS_NOT_FOUND -> throw new FileNotFoundException(what + " (Permission denied)");
      case TIMEOUT -> throw new SocketTimeoutException("injected: " + what);
      case OUT_OF_MEMORY -> throw new OutOfMemoryError("injected");
      case NO_CLASS -> throw new NoClassDefFoundError("injected");
      case HANG -> {
        hang();
        return call(what, call);
      }
      case LOST_REPLY -> {
        T made = quietly(call);
        if (made instanceof FSDataOutputStream out) {
          Abortable.AbortableResult unused = out.abort();
        } else if (made instanceof Closeable in) {
          in.close();
        }
        throw new IOException("injected after: " + what);
      }
      default -> throw new IOException("injected: " + what);
    }
  }

  private synchronized void hang() throws IOException {
    try {
      while (way() == Way.HANG) {
        wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
  }

  /** What Hadoop's local file system throws; only Hadoop can create one. */
  static FSError fullDisk() {
    try {
      Constructor<FSError> constructor = FSError.class.getDeclaredConstructor(Throwable.class);
      constructor.setAccessible(true);
      return constructor.newInstance(new IOException("No space left on device"));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private synchronized Way way() {
    return fault == null ? Way.IO_EXCEPTION : fault.way();
  }

  /** Whether this write loses its bytes; other ways of failing are those of {@link #call}. */
  synchronized boolean losesBytes(String what) {
    return fault != null
        && fault.way() == Way.SHORT_WRITE
        && counted.test(what)
        && fault.hits(log.size() + 1L);
  }

  /** Counts a call that does not fail. */
  synchronized void note(String what) {
    if (counted.test(what)) {
      log.add(what);
    }
  }

  private <T> T quietly(Call<T> call) throws IOException {
    boolean before = inside.get();
    inside.set(true);
    try {
      return call.run();
    } finally {
      inside.set(before);
    }
  }
}
