<?php
// Asks Gatekeeper whether a call may be placed, and tells what became of it: check.php NUMBER [CAMPAIGN]
// GATEKEEPER_URL is the desk's address, GATEKEEPER_KEY a key for the scope `call`. Needs nothing but PHP.

function post(string $path, array $body, array $headers = []): array
{
    $context = stream_context_create(['http' => [
        'method' => 'POST',
        'header' => array_merge([
            'Authorization: Bearer ' . getenv('GATEKEEPER_KEY'),
            'Content-Type: application/json',
        ], $headers),
        'content' => json_encode($body),
        'timeout' => 5,
        'ignore_errors' => true,
    ]]);
    $text = @file_get_contents(getenv('GATEKEEPER_URL') . $path, false, $context);
    $answer = $text === false ? null : json_decode($text, true);
    if (!is_array($answer) || isset($answer['status'])) {
        fwrite(STDERR, 'no call: ' . ($answer['detail'] ?? 'no answer') . "\n");
        exit(2);
    }
    return $answer;
}

// The same key with the same body is one question, however often it is sent.
$call = ['number' => $argv[1], 'campaign' => $argv[2] ?? '', 'intent' => 'call'];
$answer = post('/v1/check', $call, ['Idempotency-Key: ' . bin2hex(random_bytes(16)), 'Accept-Language: en']);
echo $answer['verdict'], ' ', $answer['reason'], ' - ', $answer['words'], "\n";
if ($answer['verdict'] !== 'ALLOW') {
    exit(1);
}
// Place the call here. `given_back` where it is not placed after all.
post('/v1/outcomes', ['decision' => $answer['decision'], 'outcome' => 'made']);
