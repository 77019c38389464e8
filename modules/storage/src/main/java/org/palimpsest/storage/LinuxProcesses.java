package org.palimpsest.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * What Linux tells about processes. Process ids repeat: in another namespace of process ids (a
 * container), after a restart of the machine, and on another machine with the same name; the time
 * of day at which a process started changes when the clock is set. The identity of the boot, the
 * namespace, and the clock ticks from the boot to the start of the process do not.
 *
 * @param proc the folder {@code /proc}
 */
record LinuxProcesses(Path proc) {
  static final LinuxProcesses HERE = new LinuxProcesses(Path.of("/proc"));

  /** Fields of {@code stat} after the name in parentheses. */
  private static final int STATE = 0;

  private static final int START_TICKS = 19;

  /** What is known of a process. */
  enum Life {
    ALIVE,
    DEAD,
    UNKNOWN
  }

  /** Identity of the boot of this machine; empty if unknown. */
  String boot() {
    try {
      return Files.readString(proc.resolve("sys/kernel/random/boot_id")).strip();
    } catch (IOException e) {
      return "";
    }
  }

  /** The namespace of the ids of processes; empty if unknown. */
  String namespace() {
    try {
      return Files.readSymbolicLink(proc.resolve("self/ns/pid")).toString();
    } catch (IOException | UnsupportedOperationException e) {
      return "";
    }
  }

  /** Clock ticks from the boot to the start of a process; 0 if unknown. */
  long startTicks(long pid) {
    try {
      return Long.parseLong(stat(pid).get(START_TICKS));
    } catch (IOException | RuntimeException e) {
      return 0;
    }
  }

  /** Whether the process of this boot and namespace that started then lives. */
  Life life(long pid, long startTicks) {
    try {
      List<String> stat = stat(pid);
      if (Long.parseLong(stat.get(START_TICKS)) != startTicks) {
        return Life.DEAD; // Its id belongs to another process.
      }
      // A process that has ended stays visible until its parent reads its status.
      return "ZX".contains(stat.get(STATE)) ? Life.UNKNOWN : Life.ALIVE;
    } catch (NoSuchFileException e) {
      return showsAllProcesses() ? Life.DEAD : Life.UNKNOWN;
    } catch (IOException | RuntimeException e) {
      return Life.UNKNOWN;
    }
  }

  /** Linux can hide the processes of other users. */
  private boolean showsAllProcesses() {
    try {
      return Files.readAllLines(proc.resolve("self/mounts")).stream()
          .map(line -> line.split(" "))
          .filter(mount -> mount.length > 3 && mount[1].equals("/proc"))
          .noneMatch(mount -> mount[3].contains("hidepid=") && !mount[3].contains("hidepid=0"));
    } catch (IOException e) {
      return false;
    }
  }

  /** The name of a program may have spaces and parentheses. */
  private List<String> stat(long pid) throws IOException {
    String line = Files.readString(proc.resolve(Long.toString(pid)).resolve("stat"));
    return List.of(line.substring(line.lastIndexOf(')') + 1).strip().split(" "));
  }
}
