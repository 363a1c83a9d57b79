expect("web"):can_reach("eni-037be58e8d7213bbc", "tcp 443")
expect("eni-0075c8519a9320579"):cannot_reach("internet")
expect("eni-0075c8519a9320579"):can_reach("internet", "tcp 443")
