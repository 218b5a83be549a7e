# A dialer written with Telephony::Asterisk::AMI. Arguments: port, two free numbers, a listed number.
use strict;
use warnings;
use JSON::PP ();
use Telephony::Asterisk::AMI ();

my ($port, $first, $second, $listed) = @ARGV;
alarm 30;

my @events;
my $ami = Telephony::Asterisk::AMI->new(
    Host => '127.0.0.1', Port => $port, Username => 'dialer', Secret => 'dialer-secret',
    Event_Callback => sub { push @events, $_[0]{Event} },
);

sub call {
    my ($number, $async) = @_;
    my %action = (Action => 'Originate', Channel => "PJSIP/$number\@trunk", Application => 'Wait', Data => '0.1');
    return [$ami->action(%action)] unless $async;
    my $answer = $ami->action(%action, Async => 'true');
    while (1) {
        my $event = $ami->read_response;
        die $ami->error . "\n" unless $event->{Event};
        push @events, $event->{Event};
        return [$answer, $event] if $event->{Event} eq 'OriginateResponse';
    }
}

$ami->connect or die $ami->error . "\n";
my %seen = (login => { Response => 'Success' });
$seen{ping} = $ami->action(Action => 'Ping');
$seen{sync_allowed} = call($first, 0);
$seen{sync_blocked} = call($listed, 0);
$seen{async_allowed} = call($second, 1);
$seen{async_blocked} = call($listed, 1);
my $command = $ami->action(Action => 'Command', Command => 'core show version');
my $output = $command->{Output};
$seen{command} = { %$command, Output => ref $output ? join("\n", @$output) : $output };
$ami->disconnect or die $ami->error . "\n";
$seen{logoff} = { Response => 'Goodbye' };
$seen{events} = \@events;
print JSON::PP->new->canonical->encode(\%seen);
