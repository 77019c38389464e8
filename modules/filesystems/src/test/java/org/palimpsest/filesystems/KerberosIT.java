package org.palimpsest.filesystems;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.deploy.SparkSubmit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.model.process.ChildJvm;
import org.palimpsest.training.preflight.Finding;
import org.palimpsest.training.preflight.KerberosCheck;

/** Trains on an HDFS that asks for Kerberos, for longer than tickets and tokens live. */
@Tag("cluster")
class KerberosIT {
  private static final String HINT = ": run kinit, or submit with --principal and --keytab.";

  @TempDir static Path folder;

  private static KerberizedHdfs hdfs;

  @BeforeAll
  static void start() throws Exception {
    hdfs = new KerberizedHdfs(folder);
  }

  @AfterAll
  static void stop() throws IOException {
    hdfs.close();
  }

  private record Outcome(int code, String output) {}

  /** As the launcher starts a command, with a ticket cache that may not exist. */
  private static Outcome submit(Path cache, String run, int seconds, String... options)
      throws Exception {
    Path log = folder.resolve(run + ".log");
    List<String> arguments =
        new ArrayList<>(
            List.of("--master", "local[2]", "--class", KerberosTraining.class.getName()));
    arguments.addAll(List.of(options));
    arguments.addAll(List.of("spark-internal", hdfs.root(), run, Integer.toString(seconds)));
    Process process =
        ChildJvm.of(SparkSubmit.class, arguments.toArray(String[]::new))
            .with("-Xmx1g", "-Djava.security.krb5.conf=" + hdfs.realms())
            .withClassPath(
                hdfs.clientConfiguration()
                    + File.pathSeparator
                    + System.getProperty("java.class.path"))
            .withEnvironment("KRB5CCNAME", cache.toString())
            .start(log);
    try {
      assertThat(process.waitFor(seconds + 240L, TimeUnit.SECONDS)).as("ended").isTrue();
    } finally {
      process.destroyForcibly().waitFor();
    }
    return new Outcome(process.exitValue(), Files.readString(log));
  }

  @Test
  @Timeout(600)
  void trainsPastThreeRenewals() throws Exception {
    Outcome outcome =
        submit(
            folder.resolve("none"),
            "renewed",
            3 * KerberizedHdfs.TICKET_SECONDS + 20,
            "--principal",
            hdfs.principal(),
            "--keytab",
            hdfs.keytab().toString(),
            "--conf",
            "spark.kerberos.relogin.period=5s");
    assertThat(outcome.code()).as(outcome.output()).isZero();
    assertThat(outcome.output())
        .contains("The tickets of trainer@EXAMPLE.COM come from a keytab.")
        .contains("ended with TIME_LIMIT");
  }

  @Test
  @Timeout(600)
  void aTicketThatIsNotRenewedEndsTheRunInASentence() throws Exception {
    Outcome outcome = submit(hdfs.ticketCache("brief"), "brief", 4 * KerberizedHdfs.TICKET_SECONDS);
    assertThat(outcome.code()).as(outcome.output()).isNotZero();
    assertThat(outcome.output())
        .contains("Hadoop uses Kerberos, and this process has no valid ticket");
  }

  @Test
  void namesWhenATicketEndsAndThatItHasEnded() throws Exception {
    Path cache = hdfs.ticketCache("ending");
    Finding valid = new KerberosCheck(cache).ofCache();
    assertThat(valid.verdict()).isEqualTo(Finding.Verdict.WARN);
    Matcher end = Pattern.compile("ends at (\\S+),").matcher(valid.sentence());
    assertThat(end.find()).isTrue();
    Instant ending = Instant.parse(end.group(1));
    assertThat(ending).isBefore(Instant.now().plusSeconds(KerberizedHdfs.TICKET_SECONDS + 1));
    Thread.sleep(Math.max(0, ending.toEpochMilli() - System.currentTimeMillis()) + 1000);
    assertThat(new KerberosCheck(cache).ofCache())
        .isEqualTo(
            Finding.fail(
                "ticket",
                "Hadoop uses Kerberos, but the ticket in "
                    + cache
                    + " is not, or no longer, valid"
                    + HINT));
  }
}
