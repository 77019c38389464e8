package org.palimpsest.training.preflight;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import javax.security.auth.Subject;
import javax.security.auth.kerberos.KerberosTicket;
import javax.security.auth.login.AppConfigurationEntry;
import javax.security.auth.login.AppConfigurationEntry.LoginModuleControlFlag;
import javax.security.auth.login.Configuration;
import javax.security.auth.login.LoginContext;
import javax.security.auth.login.LoginException;
import org.apache.hadoop.security.UserGroupInformation;
import org.palimpsest.base.PalimpsestException;

/**
 * Checks whether this process has a ticket, if Hadoop uses Kerberos.
 *
 * @param cache the file of tickets that kinit writes
 */
public record KerberosCheck(Path cache) {
  private static final String CHECK = "ticket";
  private static final String KEYTAB = "submit with --principal and --keytab";
  private static final String MODULE = "com.sun.security.auth.module.Krb5LoginModule";
  private static final String FILE_PREFIX = "FILE:";

  /** The check of this process. */
  public static KerberosCheck ofThisProcess() {
    String named = System.getenv("KRB5CCNAME");
    if (named == null) {
      return new KerberosCheck(Path.of("/tmp/krb5cc_" + userId()));
    }
    return new KerberosCheck(
        Path.of(named.startsWith(FILE_PREFIX) ? named.substring(FILE_PREFIX.length()) : named));
  }

  /** There is no such number on Windows, where no such file is found then. */
  private static String userId() {
    return Files.isDirectory(Path.of("/proc")) || Files.isDirectory(Path.of("/Users"))
        ? Long.toString(new UnixSystem().getUid())
        : "none";
  }

  /**
   * Requires a ticket.
   *
   * @throws PalimpsestException of kind CLUSTER that says what to do if there is none
   */
  public void require() {
    finding()
        .filter(Finding::isFailure)
        .ifPresent(
            missing -> {
              throw PalimpsestException.cluster(missing.sentence());
            });
  }

  /** The result; empty if Hadoop does not use Kerberos. */
  public Optional<Finding> finding() {
    return UserGroupInformation.isSecurityEnabled() ? Optional.of(ofUser()) : Optional.empty();
  }

  private Finding ofUser() {
    try {
      UserGroupInformation user = UserGroupInformation.getCurrentUser();
      if (user.isFromKeytab()) {
        return Finding.ok(CHECK, "The tickets of " + user.getUserName() + " come from a keytab.");
      }
      if (!user.hasKerberosCredentials() && !user.getTokens().isEmpty()) {
        return Finding.ok(CHECK, "Spark gives this process delegation tokens.");
      }
    } catch (IOException e) {
      return without("no ticket can be read from " + cache);
    }
    return ofCache();
  }

  /** The result for a process whose only tickets are those of the cache. */
  public Finding ofCache() {
    if (!Files.exists(cache)) {
      return without("there is no ticket in " + cache);
    }
    Subject subject = new Subject();
    try {
      new LoginContext("palimpsest", subject, null, reading()).login();
    } catch (LoginException e) {
      return without("the ticket in " + cache + " is not, or no longer, valid");
    }
    return subject.getPrivateCredentials(KerberosTicket.class).stream()
        .findFirst()
        .map(KerberosCheck::unrenewed)
        .orElseGet(() -> without("there is no ticket in " + cache));
  }

  private static Finding without(String why) {
    return Finding.fail(
        CHECK, "Hadoop uses Kerberos, but " + why + ": run kinit, or " + KEYTAB + ".");
  }

  private static Finding unrenewed(KerberosTicket ticket) {
    return Finding.warn(
        CHECK,
        "The ticket of %s ends at %s, and no keytab renews it: for a run that takes longer, %s."
            .formatted(ticket.getClient().getName(), ticket.getEndTime().toInstant(), KEYTAB));
  }

  /** Reads the cache only: nothing is asked, and nothing is renewed. */
  private Configuration reading() {
    Map<String, String> options =
        Map.of("useTicketCache", "true", "ticketCache", cache.toString(), "doNotPrompt", "true");
    AppConfigurationEntry entry =
        new AppConfigurationEntry(MODULE, LoginModuleControlFlag.REQUIRED, options);
    return new Configuration() {
      @Override
      public AppConfigurationEntry[] getAppConfigurationEntry(String name) {
        return new AppConfigurationEntry[] {entry};
      }
    };
  }
}
