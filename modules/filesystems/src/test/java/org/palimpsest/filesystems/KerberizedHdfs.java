package org.palimpsest.filesystems;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.apache.hadoop.minikdc.MiniKdc;
import org.apache.hadoop.security.UserGroupInformation;
import org.apache.kerby.kerberos.kerb.client.KrbClient;
import org.apache.kerby.kerberos.kerb.type.ticket.TgtTicket;

/** A name node, a data node, and a Kerberos server in this JVM, whose tickets live for a minute. */
final class KerberizedHdfs implements AutoCloseable {
  static final int TICKET_SECONDS = 60;
  private static final String USER = "trainer";
  private static final String SERVER = "hdfs/localhost";

  private final Path folder;
  private final MiniKdc kdc;
  private final MiniDFSCluster cluster;

  KerberizedHdfs(Path folder) throws Exception {
    this.folder = folder;
    Properties settings = MiniKdc.createConf();
    settings.setProperty(MiniKdc.MAX_TICKET_LIFETIME, Integer.toString(TICKET_SECONDS));
    settings.setProperty(MiniKdc.MIN_TICKET_LIFETIME, "1");
    kdc = new MiniKdc(settings, Files.createDirectory(folder.resolve("kdc")).toFile());
    kdc.start();
    askForBriefTickets();
    kdc.createPrincipal(serverKeytab().toFile(), SERVER, "HTTP/localhost");
    kdc.createPrincipal(keytab().toFile(), USER);
    Configuration hadoop = configuration();
    UserGroupInformation.setConfiguration(hadoop);
    cluster = new MiniDFSCluster.Builder(hadoop).numDataNodes(1).build();
    cluster.waitActive();
    org.apache.hadoop.fs.Path data = new org.apache.hadoop.fs.Path("/data");
    cluster.getFileSystem().mkdirs(data);
    cluster.getFileSystem().setOwner(data, USER, USER);
    Files.createDirectory(clientConfiguration());
    try (OutputStream out = Files.newOutputStream(clientConfiguration().resolve("core-site.xml"))) {
      client(new Configuration(false)).writeXml(out);
    }
  }

  /** The KDC of Hadoop 3.3 has no upper limit, so clients ask for brief tickets themselves. */
  private void askForBriefTickets() throws IOException {
    String defaults = "[libdefaults]\n";
    Files.writeString(
        realms(),
        Files.readString(realms())
            .replace(defaults, defaults + "    ticket_lifetime = " + TICKET_SECONDS + "\n"));
  }

  private Path serverKeytab() {
    return folder.resolve("server.keytab");
  }

  /** The keys of {@link #principal()}. */
  Path keytab() {
    return folder.resolve("trainer.keytab");
  }

  String principal() {
    return USER + "@" + kdc.getRealm();
  }

  /** The address of the folder that the user may write. */
  String root() {
    return cluster.getURI() + "/data";
  }

  Path realms() {
    return kdc.getKrb5conf().toPath();
  }

  /** A folder with the {@code core-site.xml} of a client. */
  Path clientConfiguration() {
    return folder.resolve("client");
  }

  /** Gets a ticket without a keytab, as kinit does. */
  Path ticketCache(String name) throws Exception {
    KrbClient client = new KrbClient(realms().getParent().toFile());
    client.init();
    TgtTicket ticket = client.requestTgt(principal(), keytab().toFile());
    Path cache = folder.resolve(name);
    client.storeTicket(ticket, cache.toFile());
    return cache;
  }

  private Configuration configuration() {
    Configuration hadoop = client(new Configuration());
    hadoop.set(MiniDFSCluster.HDFS_MINIDFS_BASEDIR, folder.resolve("hdfs").toString());
    for (String node : List.of("namenode", "datanode", "web.authentication")) {
      boolean isWeb = node.startsWith("web");
      String principal = (isWeb ? "HTTP/localhost" : SERVER) + "@" + kdc.getRealm();
      hadoop.set("dfs." + node + ".kerberos.principal", principal);
      hadoop.set(
          "dfs." + node + (isWeb ? ".kerberos.keytab" : ".keytab.file"), serverKeytab().toString());
    }
    hadoop.setBoolean("dfs.block.access.token.enable", true);
    hadoop.setBoolean("ignore.secure.ports.for.testing", true);
    // Delegation tokens live as long as tickets.
    hadoop.setLong("dfs.namenode.delegation.token.renew-interval", TICKET_SECONDS * 1000L);
    hadoop.setLong("dfs.namenode.delegation.token.max-lifetime", TICKET_SECONDS * 1000L);
    return hadoop;
  }

  private Configuration client(Configuration hadoop) {
    Map.of(
            "hadoop.security.authentication", "kerberos",
            "hadoop.security.authorization", "true",
            "dfs.namenode.kerberos.principal", SERVER + "@" + kdc.getRealm(),
            // Hadoop's input formats name it as who may renew delegation tokens.
            "yarn.resourcemanager.principal", USER + "@" + kdc.getRealm(),
            // Every connection authenticates again, also where a lease is renewed each second.
            "ipc.client.connection.maxidletime", "200",
            "hadoop.kerberos.min.seconds.before.relogin", "5")
        .forEach(hadoop::set);
    return hadoop;
  }

  /** Stops the servers; other tests of this JVM see no Kerberos. */
  @Override
  public void close() throws IOException {
    cluster.shutdown();
    kdc.stop();
    UserGroupInformation.reset();
    UserGroupInformation.setConfiguration(new Configuration());
  }
}
