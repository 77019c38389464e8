package org.palimpsest.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringReader;
import java.util.Properties;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.impl.Log4jLogEvent;
import org.apache.logging.log4j.core.layout.PatternLayout;
import org.apache.logging.log4j.message.SimpleMessage;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the logs of the commands and of the standalone cluster show. */
class LogConfigurationTest {
  private static String logged(String file, String message, Throwable thrown) throws IOException {
    Properties properties = new Properties();
    properties.load(new StringReader(RepositoryFiles.read(file)));
    return PatternLayout.newBuilder()
        .withPattern(properties.getProperty("appender.stderr.layout.pattern"))
        .withAlwaysWriteExceptions(
            Boolean.parseBoolean(
                properties.getProperty("appender.stderr.layout.alwaysWriteExceptions")))
        .build()
        .toSerializable(
            Log4jLogEvent.newBuilder()
                .setLevel(Level.WARN)
                .setLoggerName("org.example.Reader")
                .setMessage(new SimpleMessage(message))
                .setThrown(thrown)
                .build());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "reads s3a://AKIA:hush/x@bucket/c | reads s3a://(redacted)@bucket/c",
        "reads https://x.org/a?v=1&sig=hush&w=2 | reads https://x.org/a?v=1&sig=(redacted)&w=2",
        "jdbc:x://h/d;password=hush | jdbc:x://h/d;password=(redacted)",
        "reads hdfs://name:8020/corpus | reads hdfs://name:8020/corpus",
        "a = b, 3 of 7 | a = b, 3 of 7",
      })
  void redactsSecretsInAddresses(String message, String shown) throws IOException {
    for (String file :
        new String[] {"conf/log4j2.properties", "deploy/standalone/log4j2.properties"}) {
      assertThat(logged(file, message, null)).as(file).endsWith(" WARN Reader: " + shown + "\n");
      assertThat(logged(file, "it failed", new IOException(message)))
          .as("exception in " + file)
          .contains("WARN Reader: it failed\n", shown)
          .doesNotContain("hush");
    }
  }
}
