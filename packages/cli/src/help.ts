const PROVE = `millrace prove <manifest.ts> [--quick|--full] [--scenario A,B] [--arms ID,ID]
                            [--ablate [--only ID,ID]] [--capacity] [--blocks N] [--seed N] [--repeat FILE] [--once]
                            [--details] [--json FILE] [--html FILE]
    Measures a service before and after, in interleaved rounds of fresh processes.
    --quick          two arms, two blocks, within 80 s; without it every arm, three blocks, within 180 s
    --full           all scenarios with long phases and warm-ups; says first how long it takes
    --scenario A,B   only these of the manifest's scenarios
    --arms ID,ID     these before the last one in place of the tier's, ablations too, however long it takes
    --ablate         turn one switch at a time back on, and say what each costs; --only ID,ID: only these
    --capacity       afterwards search, by steps, for the highest rate that each arm holds within the manifest's SLO
    --blocks N       blocks of one round an arm, 1 to 20 (default 2 or 3; at least 3 with --ablate)
    --seed N         same seed, same requests (default 1)
    --repeat FILE    run a proof again as its result file says: tier, scenarios, arms, blocks, seed
    --once           end after the report; so far every proof does
    --details        also print grades, service times and lags, which the HTML report always has
    --json FILE      the result (default results/proof.json)
    --html FILE      the report (default results/proof.html)
millrace prove <manifest.ts> --serve ARM [--quick|--full] [--seed N]
    Prepares what a proof prepares, starts one arm, prints its address, and keeps it up until Ctrl-C, for load run and
    for looking at it. ARM is the id of any arm or ablation; --quick and --full may choose other data.
`;

const LOAD_RUN = `millrace load [run] URL [--rate N] [--duration TIME]
millrace load run SCENARIO.ts --url URL [--rate N] [--duration TIME]
    Sends requests to a loopback or private address and says how long they took. With a rate, by a schedule that is
    fixed before the run; without one, users that wait for each answer, by default ten of them for ten seconds.
    SCENARIO.ts exports what defineScenario made, as default or as scenario; its requests go to --url.
    What is sent
    URL, --url URL              http:// or https://; user:password@ in it become an Authorization field
    --method M, -m M            GET, HEAD, POST, PUT, PATCH or DELETE (default GET, with a body POST)
    --header FIELD, -H FIELD    such as 'Accept: application/json'; may be given more than once
    --body TEXT, -b TEXT        @FILE sends what the file holds
    How much
    --rate N, --qps N, -R N     requests a second
    --duration TIME, -d TIME    10, 10s, 500ms, 1m30s; a bare number is seconds (default 10s)
    --requests N, -n N          end after N requests
    --concurrency N, -c N       without a rate the users (default 10), with one the most connections kept open
                                (default 64); --users N and --connections N are the same
    --preset NAME               users and duration: smoke 1 for 10 s, baseline 10 for 1 min, load 50 for 5 min,
                                stress 100 for 5 min, spike 200 for 1 min, soak 50 for 60 min
    --ramp FROM:TO              in place of --rate: from one rate to the other over the duration, such as 10:100
    --steps N,N,...             in place of --rate: one rate after the other, for equal times, such as 50,100,200
    --spike PEAK:AT:LENGTH      beside --rate: another rate for some time, such as 500:10s:2s
    --sine AMPLITUDE:PERIOD     beside --rate: up and down around it, such as 50:20s
    --poisson                   at random times, as users come, at any of these rates; same seed, same times
    How
    --timeout TIME              for each request (default 10s)
    --max-links N               most WebSockets and event streams of flows open at one time (default 10000)
    --insecure, -k              take any certificate; --cacert FILE: trust this authority
    --max-body BYTES            break off answers with a longer body, as errors, such as 64k or 1MB
    --read-rate BYTES           each connection reads no more a second, such as 64k: a slow reader, which makes the
                                service wait; --timeout has to be long enough for it
    --connect-to HOST:PORT      connect there; Host and certificate stay those of the URL; curl's form
                                HOST:PORT:HOST:PORT is taken too
    --dns WORD                  resolve the name once (default), for each connection (connect), or again when an
                                answer is older than a time (ttl:30s); connections take its addresses in turn
    --i-own-this                the target is your own, so it may be a public address
    --engine fast|compat        compat: undici, slower, takes --proxy URL (default fast)
    --trace WORD                traceparent of each request: unsampled (default) records nothing at the service,
                                sampled asks it to record each one, off sends none
    --workers N                 threads (default one a core, for a service on this machine one less)
    --pacing eco|precise        precise spins before each send (default eco)
    --seed N                    same seed, same schedule and data (default 1)
    What it must reach
    --threshold T               such as 'http.p99<200', 'service.mean<1.5s', 'errors<0.1%', 'errors.timeout<=0',
                                'resent<1%', 'rate>0.99'; of flows 'flow.failed<1%' (default 'flow.failed<=1%'),
                                'flow.p99<2s', 'checks>0.99'; of one row 'list.p99<200'; may be given more than once
    --max-errors SHARE          short for --threshold 'errors<=SHARE' (default 1%, unless a threshold is on errors)
    --abort-on T                end the run as soon as T is missed, looked at once a second from 100 of what it is
                                about on (requests, those of its row, flows); not of rate and checks
    What is written
    --json FILE                 the result; millrace load report and compare read it
    --html FILE                 a report that opens offline
    --md FILE                   Markdown, such as for $GITHUB_STEP_SUMMARY
    --junit FILE                JUnit XML, a test case for each threshold
    --journal FILE              kept up to date each second: load report reads it, though the run was killed
`;

const LOAD_REPORT = `millrace load report RESULT.json|JOURNAL
    Shows a run that --json or --journal wrote. Writes --html, --md, --junit and --json FILE as a run does.
    --threshold T               judge by this in place of the run's own, and end as a run would
`;

const LOAD_COMPARE = `millrace load compare BEFORE.json AFTER.json
millrace load compare BEFORE.json... vs AFTER.json...
    Says whether the runs after are worse, better, not different, or whether these runs cannot tell. Each file is one
    round: a run against a freshly started service, with the same scenario and schedule; five or more a side, taken in
    turns, tell most. A proof's result on each side compares their last arms, one alone its first arm with its last.
    --min-effect SHARE          what is surely a smaller change counts as none (default 5%)
    --seed N                    of the resampling (default 1)
    --json FILE                 also write the comparison; --html FILE, --md FILE: in these forms
`;

const LOAD_FIND_MAX = `millrace load find-max --url URL --slo 'http.p99<200ms,errors<0.1%'
    Searches, by runs at one rate each, for the highest rate that meets the SLO, to 5 %. Prints each step as it ends.
    --from N, --to N            the first rate (default 50) and the highest that is tried (default 20000)
    --step-duration TIME        the shortest step (default 4s); longer where the P99 or a queue needs it
    --precision SHARE           how far apart the met and the not met rate may be in the end (default 5%)
    --limit TIME                the search ends then (default 10m, longer where the SLO needs it)
    --json FILE                 also write what was found
    --workers N                 threads for more than 1,000 a second (default as for load run)
    What is sent and how: as for load run, by --method, --header, --body, --timeout, --engine and the like. Where the
    generator is the limit, the result says so.
`;

const LOAD_SELFTEST = `millrace load selftest [--quick]
    Measures the load tester itself against a built-in server whose delays, stall and capacity are known, in two
    minutes, and prints each of its own errors beside its goal.
    --quick                     the same in shorter runs, in half a minute
    --seed N                    same seed, same schedule (default 1)
    --json FILE                 also write what was found
`;

const COMMON = `--lang en|zh-CN   the language of tables, report and progress (default: by LC_ALL, LC_MESSAGES or LANG)
--help, -h        this text; after a command, that command's
--version         the version
--debug           print the stack of an error

Exit codes
    0    done
    1    unexpected failure
    2    wrong use or configuration
    3    the service cannot be reached, or died (prove)
    4    invalid: the generator could not keep its schedule (prove: in more than half of the runs; compare: in any)
    5    the arms answer differently
    6    a threshold was missed or cannot be told (load run: by default more than 1 % errors or
         failed flows); compare: worse; selftest: an error is beyond its goal; find-max: the first rate is too
         much; prove: every request of a row failed in every arm
    7    compare, find-max: cannot tell
    130  interrupted
Ctrl-C once stops and reports what there is, twice ends at once (under npm half a second apart); both leave nothing
running. Once is how prove --serve ends, with 0 when the arm was up.
`;

/** What `millrace --help` prints. */
export const HELP: string = `millrace: makes a TypeScript web service fast, and proves it.

${PROVE}
${LOAD_RUN}
${LOAD_COMPARE}
${LOAD_REPORT}
${LOAD_FIND_MAX}
${LOAD_SELFTEST}
${COMMON}`;

const LOAD_PARTS = {
  run: LOAD_RUN,
  compare: LOAD_COMPARE,
  report: LOAD_REPORT,
  'find-max': LOAD_FIND_MAX,
  selftest: LOAD_SELFTEST,
};

const LOAD = `millrace load drives load at a service and says what it found. Its subcommands: ${Object.keys(LOAD_PARTS).join(', ')}.`;

/** What `millrace load` alone prints: how to begin. */
export const LOAD_START: string = `${LOAD}

    millrace load http://127.0.0.1:3000/                             ten users for ten seconds
    millrace load http://127.0.0.1:3000/ --rate 200 -d 30s \\
        --threshold 'http.p99<200' --html load.html                  a rate, what it must reach, and a report
    millrace load run shop.ts --url http://127.0.0.1:3000 --rate 20  what visitors do, from a file
    millrace load find-max --url http://127.0.0.1:3000/ \\
        --slo 'http.p99<200ms,errors<0.1%'                           the highest rate that holds
    millrace load compare before.json after.json                     is it worse than it was?
    millrace load report load.json --md load.md                      a run again, in other forms
    millrace load selftest --quick                                   how exact the load tester itself is

millrace load --help names every flag, millrace load compare --help those of one subcommand.
`;

/** What `--help` after these words of a command line prints: of a subcommand its own, else all there is. */
export function helpOf([command, subcommand = '']: readonly string[]): string {
  if (command === 'prove') return `${PROVE}\n${COMMON}`;
  if (command !== 'load') return HELP;
  if (Object.hasOwn(LOAD_PARTS, subcommand)) return `${LOAD_PARTS[subcommand as keyof typeof LOAD_PARTS]}\n${COMMON}`;
  return `${LOAD}\n\n${Object.values(LOAD_PARTS).join('\n')}\n${COMMON}`;
}

/** The command line whose help names what these arguments may be. */
export function helpCommand([command, subcommand = '']: readonly string[]): string {
  if (command !== 'load') return command === 'prove' ? 'millrace prove --help' : 'millrace --help';
  return Object.hasOwn(LOAD_PARTS, subcommand) ? `millrace load ${subcommand} --help` : 'millrace load --help';
}
